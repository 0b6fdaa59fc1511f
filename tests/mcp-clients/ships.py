"""The upstream of the capability of shapes: it says its address, and answers until it is ended."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SHIP = {
    "imo_number": 9321483,
    "vessel name": "Emma",
    "status": {"active": True},
    "tonnage": 170794.0,
    "decks": 10.0,
    "owner": {"name": "Owner", "contact": {"mail": ["a@b.test"]}},
    "crew": [{"name": "Ana", "ranks": ["master", 1]}, {"name": None}, None],
    "calls": [{"port": {"code": "NLRTM"}}, {}, {"port": {"code": "DKAAR"}}],
}
ANSWERS = {
    "/ships/full": SHIP,
    "/ships/sparse": {"owner": None, "crew": None},
    "/ships/wrong": {"decks": "many"},
    "/ships/empty": None,
    "/ships": {"data": [SHIP, {}], "meta": {"total": 2}},
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path not in ANSWERS:
            self.answer(404, b'{"error": "no such ship"}')
        elif ANSWERS[path] is None:
            self.answer(204, b"")
        else:
            self.answer(200, json.dumps(ANSWERS[path], indent=1).encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
