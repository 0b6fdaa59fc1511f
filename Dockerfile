# The gateway alone in an image: no shell, no libc, nothing to patch.
#
#     docker build -t gateway .
#     docker run -p 8080:8080 -p 9090:9090 -e LAGO_API_KEY gateway

FROM rust:1.95-slim-trixie AS build
WORKDIR /gateway
COPY . .
# Another file than capability.yaml, in this folder: --build-arg CAPABILITY=other.yaml
ARG CAPABILITY=capability.yaml
# `cargo static` builds for x86_64; on another processor: --platform linux/amd64.
RUN cargo static

FROM scratch
COPY --from=build /gateway/target/x86_64-unknown-linux-gnu/release/gateway /gateway
# Inside a container, 127.0.0.1 is reached by nobody else. The variables are named after the adapters of capability.yaml.
ENV LAGO_CUSTOMERS_REST_ADDRESS=0.0.0.0 \
    LAGO_CUSTOMERS_MCP_ADDRESS=0.0.0.0
EXPOSE 8080 9090
USER 65534:65534
ENTRYPOINT ["/gateway"]
