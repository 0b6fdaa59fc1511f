//! GW03xx: `exposes`, the routes and tools the gateway serves.

codes! {
    UNKNOWN_CALL "GW0301" Error "a call refers to no operation"
    "`call` names an operation as `namespace.operation`, and there is none of that name under `consumes`. The gateway \
     would have nothing to call. If a name is suggested, that is most likely what was meant; otherwise declare the \
     operation, or check the namespace before the dot."

    AMBIGUOUS_CALL "GW0302" Error "a call refers to several operations"
    "Several operations of the namespace have the name that is called, and the exposed method and path do not tell \
     which of them is meant. The candidates are shown. Give the operations different names, and call the one you mean."

    RESOLVED_CALL "GW0303" Warning "a call was resolved by its route"
    "Several operations of the namespace have the name that is called. The one whose method and path are those of the \
     exposed route is taken. That is most likely meant, but a change of the route would change what is called. Give \
     the operations different names, and call the one you mean."

    NOTHING_PROVIDES "GW0304" Error "nothing provides a required parameter"
    "The called operation requires a parameter, and nothing gives it a value: there is no `with` entry for it, it has \
     no `value` of its own, and no inbound parameter has its name. Every call would fail. Declare an inbound parameter \
     of that name, or say under `with` where the value comes from."

    UNKNOWN_REFERENCE "GW0305" Error "a reference points to nothing"
    "A reference such as `rest.name`, `tools.name`, `{{name}}` or `$.step.field` names an inbound parameter, a step or \
     an item that does not exist here. The value would always be missing. If a name is suggested, that is most likely \
     what was meant; otherwise declare what is referred to."

    UNUSED_WITH "GW0306" Error "a `with` entry sets no parameter"
    "The left side of a `with` entry is the name of a parameter of the called operation, and the operation has none of \
     that name, so the value would go nowhere. Usually the name is misspelt, or it is the inbound name where the \
     upstream name belongs. Correct it, or declare the parameter on the operation."

    FOLDED_CLASH "GW0307" Error "two names differ only in case and punctuation"
    "Names that are not found exactly are compared without case and punctuation, so that `customer-id` finds \
     `customer_id`. Here two names are equal in that sense, and it is not decidable which is meant. Write the exact \
     name under `with`, or rename one of the two."

    DUPLICATE_ROUTE "GW0308" Error "a route is exposed twice"
    "Two operations have the same method and routes of the same shape, where variables count as equal whatever they are \
     called: `/a/{x}` and `/a/{y}` are one route. Only one of them could ever be served. Both places are shown. Change \
     or remove one."

    DUPLICATE_TOOL "GW0309" Error "a tool is exposed twice"
    "Two tools of one server have the same name, possibly only after it was brought into the form that clients accept. \
     A client calls tools by name and could reach only one of them. Both places are shown. Rename one."

    TOOL_NAME_CHANGED "GW0310" Warning "the name of a tool had to be changed"
    "Clients accept tool names of 1 to 64 letters, digits, `_` and `-`. Other characters were replaced by `-`, and a \
     longer name was shortened and ended with a digest of the whole. The message shows the name that is served. \
     Choose a name that fits, so that the file and the clients agree."

    DUPLICATE_PORT "GW0311" Error "two adapters listen on one port"
    "Two adapters are given the same address and port. Only one of them can listen there, so the gateway would not \
     start. Give each its own port, or bring what they expose together in one adapter."

    ADDED_QUERY_PARAMETER "GW0312" Warning "a query parameter was added to the route"
    "The called operation has a variable in its path that the exposed route does not have and that nothing else \
     provides. It became a required query parameter of the route, so that the call can be made. Add the variable to \
     the route, or give it a value under `with`."

    HINT_CONTRADICTION "GW0313" Warning "a hint contradicts the method"
    "The hints of a tool say something else than the HTTP method it calls: read-only for a method that changes things, \
     for instance, or read-only and destructive at once. Clients use hints to decide whether to ask a person first. \
     The file's hint is served as it is written. Correct it, unless the API really uses the method in that way."

    SUSPICIOUS_CONSTANT "GW0314" Warning "a constant looks like a reference"
    "The value of a `with` entry is shaped like a reference (`namespace.name`), and the namespace exists, but it cannot \
     be referred to from here. So the text itself is sent, on every call. Refer to an inbound parameter with \
     `rest.name` in a route or `tools.name` in a tool."

    INVALID_TRANSPORT "GW0315" Error "the transport is not known"
    "An MCP adapter is served over `http`, which is the default, or over `stdio`. Other transports, such as the older \
     server-sent events, are not part of what the gateway serves. Use `http` for clients on a network, and `stdio` for \
     a client that starts the gateway itself."

    UNKNOWN_ADAPTER "GW0316" Error "the type of an adapter is not known"
    "The type of an entry of `exposes` or `consumes` says by which protocol it is served or called. Known are `rest`, \
     `mcp`, `skill` and `control` to expose, and `http` to consume. Nothing could be built for another type. Check the \
     spelling, and that the entry stands under the right one of the two."

    UNUSED_INPUT "GW0317" Warning "an inbound parameter feeds nothing"
    "A route variable or a declared inbound parameter gives no upstream parameter its value, so what a caller sends in \
     it goes nowhere. Usually the upstream parameter has another name. Say under `with` which one is meant, or remove \
     the inbound parameter."

    SUSPICIOUS_REFERENCE "GW0318" Warning "a reference may be misspelt"
    "A `with` entry refers to an inbound parameter whose name is nearly, but not quite, that of the upstream parameter \
     or of a route variable. It is taken as it is written: callers have to use that very name. If it is a typo, correct \
     it; if it is meant, declare the parameter under `inputParameters`."

    UNUSED_LISTENER "GW0351" Warning "an adapter that does not listen has an address"
    "An MCP adapter with the transport `stdio` listens on nothing: its client starts the gateway and speaks to it over \
     standard input and output. So an address or a port of it has no effect. Remove it; or, where clients are to reach \
     the adapter over a network, use the transport `http`."

    EMPTY_PROOF "GW0361" Error "what callers prove themselves with is empty"
    "The token, key or password of an adapter's `authentication` is an empty text. Everybody can send that, so the \
     adapter would look guarded and be open. Write a variable such as `{{CALLER_TOKEN}}`, bind it under `binds`, and \
     give the value in the environment; or write `type: none` where everybody may call."

    RESERVED_KEY_HEADER "GW0362" Error "callers cannot send their key in this header"
    "The header has a meaning of its own to HTTP, to MCP or to the gateway: it is needed before the caller is known, or \
     is passed on to the upstream, or stands in the log, where a key must not be. Write the name of a header that is \
     only for the key, such as `X-API-Key`; `type: bearer` is what most clients can send."

    PROOF_IS_PARAMETER "GW0363" Error "what proves a caller is a parameter too"
    "An operation of the adapter reads a parameter from the very header or query parameter by which callers prove who \
     they are. A caller cannot send both, and the gateway never passes on what it was given as a proof. Let callers \
     prove themselves in another place, or leave the parameter out of what is exposed."

    AUTHENTICATION_OVER_STDIO "GW0364" Warning "authentication means nothing over standard input"
    "An adapter over `stdio` has one caller: the process that started the gateway, and that could read every secret of \
     it. So nothing is asked of it, and the variables of this `authentication` are not needed. Remove it, or serve the \
     adapter over `http`."

    INVALID_AUTHORIZATION_SERVER "GW0365" Error "the issuer of tokens is not valid"
    "`authorizationServerUri` is the issuer identifier of the authorization server, letter for letter what its tokens have \
     as `iss`: an absolute URI such as `https://auth.example.com/realms/a`, without a query, a fragment or credentials. \
     Its metadata and its keys are found from there (RFC 8414, OpenID Connect Discovery), so it is not the address of \
     those. It may contain variables."

    PLAIN_AUTHORIZATION "GW0366" Warning "tokens could be read or made on the way"
    "Over plain HTTP to another machine everyone on the way can read an access token, or put keys of their own in place \
     of those of the authorization server and then make tokens. Because the file says `http://` the gateway does so all \
     the same; an authorization server that is a variable must be `https`, or on this machine, when the gateway starts."

    NO_RESOURCE "GW0367" Warning "an adapter does not say by which URI it is reached"
    "Access tokens are issued for a resource, and clients look for its metadata by its URI. Without `resource` it is the \
     address the adapter listens on, which is right for clients on the same machine only: behind a proxy the gateway does \
     not know its own name, and the name that a request brings is the caller's to choose. Write the public URI, or set \
     it for each place the gateway runs at by the setting that is named."

    INVALID_RESOURCE "GW0368" Error "the URI of an adapter is not valid"
    "`resource` is the URI by which callers reach the adapter: absolute, `https` or `http`, without a query, a fragment \
     or credentials, such as `https://mcp.example.com/mcp`. Clients compare it with the address they were given, and \
     authorization servers issue tokens for it (RFC 8707, RFC 9728). It may contain variables."

    INVALID_SCOPE "GW0369" Error "no token can have this scope"
    "The scopes under `authentication` are those that an access token must have, all of them, or its caller is answered \
     403. A scope consists of printable ASCII characters without quotes and backslashes (RFC 6749 §3.3). Write each as \
     the authorization server names it; leave out `scopes` where any token for this resource will do."

    UNKNOWN_TOKEN_VALIDATION "GW0370" Error "the way to validate tokens is not known"
    "`tokenValidation` says how the gateway knows that an access token is genuine. With `jwks`, which is also what holds \
     where nothing is said, tokens are JWTs, and their signature is verified with the published keys of the \
     authorization server. It cannot honour any other way, and letting callers in without one is no choice."

    QUERY_IN_ROUTE "GW0371" Warning "a route holds a character that starts a query or a fragment"
    "The path of an exposed resource says which requests it answers, and what follows `?` or `#` is no part of a \
     request's path. Here the character is taken as a literal one, so a caller has to write `%3F` or `%23`, which \
     hardly anyone means. Leave out what follows it, and tell routes apart by their paths. A fixed query of the \
     upstream belongs in the path under `consumes`."

    INVALID_OUTPUT_PATH "GW0381" Error "the path of an output is not valid"
    "`mapping`, or a `value` that starts with `$`, says where a value stands in the answer of the API, as a JSONPath (RFC \
     9535): `$` is the answer, or within `items` one item of it, `.name` or `['name']` a member, `[0]` the first item and \
     `[-1]` the last. `[*]` stands for every item of an array, and makes an array. Names with spaces, dots or other marks \
     are written in brackets and quotes."

    OUTPUT_WITHOUT_SOURCE "GW0382" Error "nothing says where an output comes from"
    "An output has neither a `mapping` that says where its value stands in the answer of the API, nor a `const` that is \
     its value, nor, for an object, `properties` to make it of. It would always be missing. A name alone is no source, as \
     APIs name things in their own way: if the API has the same name for it, write `mapping: $.name`."

    OUTPUT_KEYS "GW0383" Error "the keys of an output do not go together"
    "An output is found by one path or is one constant, so it has one of `mapping`, `value` and `const`. `properties` are \
     those of an object, `items` those of an array, and `maxLength` is where text is cut. What else is written would have \
     no effect, and a reader would believe that it has. Correct the type, or remove the key."

    CONTRADICTING_OUTPUTS "GW0384" Error "two outputs take one value for different things"
    "By its path or its type one output takes a value of the answer for an object, and another takes the same value for an \
     array or for text, a number or a boolean. It cannot be both, so one of them would always be missing or wrong. Both \
     places are shown. Look up in the documentation of the API what the value is."

    UNUSED_OUTPUT "GW0385" Warning "the outputs of a consumed operation are never read"
    "Outputs of an operation under `consumes` give names to parts of its answer, for the steps of an exposed operation to \
     read. No operation with steps reads these, and they do not change what a route or a tool answers: what `call` brings \
     is the answer of the API as it came, and a `mapping` starts there. To shape an answer, declare `outputParameters` on \
     the route or the tool."
}
