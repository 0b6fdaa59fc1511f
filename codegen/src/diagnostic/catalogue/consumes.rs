//! GW02xx: `consumes`, the API the gateway calls.

codes! {
    UNKNOWN_AUTHENTICATION "GW0201" Error "the type of authentication is not known"
    "The gateway can authenticate to an API with `bearer`, `apikey`, `basic`, `digest` or `oauth2` (client \
     credentials), or not at all with `none`; callers can authenticate to it with all of these but `digest`. It cannot \
     honour any other type, and doing without authentication instead would be a guess. Use the one of these that the API \
     accepts; most private schemes are an `apikey` in a header."

    UNKNOWN_FORMAT "GW0202" Error "the format of the output is not known"
    "`outputRawFormat` says what the API answers with, and so how outputs are read from it. Known are `json` (the \
     default), `xml`, `yaml`, `csv`, `tsv`, `psv`, `html`, `markdown`, `avro`, `protobuf`, `text` and `binary`. Use \
     `text` or `binary` for an answer that is passed on as it is."

    UNKNOWN_METHOD "GW0203" Error "the HTTP method is not known"
    "The method decides how a request is sent, whether it has a body, and which hints a tool carries. Known are `GET`, \
     `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE` and `OPTIONS`, in upper or lower case. Check the spelling against the \
     API's documentation."

    INVALID_BASE_URI "GW0204" Error "the base URI is not valid"
    "`baseUri` must be an absolute `http` or `https` URI with a host, such as `https://api.example.com/v1`. It may \
     contain variables in braces, which become settings of the running gateway. It must not contain a query, a \
     fragment, a user name or a password: credentials belong under `authentication`."

    EMPTY_BASE_URI "GW0205" Warning "the base URI is empty"
    "The file does not say where the API is. The gateway is built all the same, but does not start until it is told the \
     address, by the environment variable or the command-line flag that is named after the namespace. Fill in \
     `baseUri` if all users of the gateway call the same API."

    PLACEHOLDER_HOST "GW0206" Warning "the host is a placeholder"
    "The host in `baseUri` looks like one that was never filled in, such as `example.com` or `your-domain`. Requests \
     would go to a host that is not the API, and credentials with them. Write the API's real host, use a variable for \
     the part that differs between users, or leave `baseUri` empty and set the address at start."

    TRAILING_SLASH "GW0207" Warning "the base URI ends with a slash"
    "`baseUri` and the path of a resource are joined by exactly one slash, so the slash at the end has no effect. Other \
     tools for this format join the two as they are, and then ask for a path with two slashes. Remove it."

    INVALID_PATH "GW0208" Error "a path is not valid"
    "A path is text with variables written `{name}` or `{{name}}` anywhere in it. This one cannot be read that way: a \
     brace is left open or closed too often, a variable has no name, a segment is `.` or `..`, or there is a \
     character that no path can carry. The message says which."

    UNUSED_PATH_PARAMETER "GW0209" Warning "a path parameter does not occur in the path"
    "A parameter is declared with `in: path`, but the path has no variable of that name, so the value has nowhere to go \
     and the parameter is left out of the gateway. Add the variable to the path, correct the name, or say `in: query` \
     if that is where the API reads it."

    BODY_ON_GET "GW0210" Warning "a GET or HEAD request has a body"
    "The operation sends a body with a method for which HTTP gives a body no meaning. It is sent, because a few APIs do \
     read it, but many servers and proxies refuse such a request or drop the body. Check whether the API means `POST`, \
     or reads these parameters from the query."

    MANAGED_HEADER "GW0211" Warning "a header belongs to the HTTP client"
    "Headers such as `Host`, `Content-Length`, `Content-Type` and `Connection` follow from the request itself and are \
     set by the gateway's HTTP client. A caller who could set them could break or smuggle requests. The parameter is \
     left out of the gateway. Remove the declaration; the type of a body follows from how the body is declared."

    AUTHORIZATION_HEADER "GW0212" Warning "a parameter competes with the authentication"
    "The API has an `authentication`, and this parameter would set the same `Authorization` header. The authentication \
     wins, and the parameter is left out of the gateway. Remove the declaration, or remove the `authentication` if \
     callers should bring credentials of their own."

    UNUSED_OPERATION "GW0213" Warning "an operation is never called"
    "Nothing that is exposed calls this operation, so it is checked but no code is generated for it. This is worth \
     knowing after a rename. Expose it as a route or a tool, or remove it."

    INVALID_TEMPLATE "GW0214" Error "a template is not valid"
    "Text with `{{name}}` in it is a template, filled in for each request. This one cannot be read: braces are left \
     open, the name between them is empty, or it is used where the result could not be valid whatever the value. The \
     message says which. Text that should contain two braces as they are cannot be written as a template."

    SECRET_IN_FILE "GW0215" Warning "a secret is written into the file"
    "A value that looks like a real key, token or password stands in the file. Whoever can read the file or its history \
     can use it, and it would be compiled into the gateway. Write a variable such as `{{API_KEY}}`, bind it under \
     `binds`, give the value in the environment, and replace the secret, as it must be taken for known."

    UNKNOWN_TYPE "GW0216" Error "the type of a parameter is not known"
    "The type decides how a value is checked and converted before it is sent. Known are `string`, `integer`, `number`, \
     `boolean`, `array`, `object`, `file` and `json`. Use `json` for a value that may be of any type, and `string` for \
     dates, identifiers and other text with a format."

    UNKNOWN_PLACE "GW0217" Error "the place of a parameter is not known"
    "`in` says which part of the request carries the value. Known are `query`, `path`, `header`, `cookie`, `body`, \
     `formData` and `environment`. Without a known place the value could not be sent. Check the API's documentation \
     for where it reads this parameter."

    INVALID_CHARACTER "GW0218" Warning "a text contains an invisible character"
    "The text contains a character that cannot be seen or that reverses the direction of what follows it, such as a \
     zero-width space or a bidirectional control. It makes names differ that look the same, and can hide from a reader \
     what a description tells a model. It usually comes from copying out of a web page. Remove it."

    FORM_AND_BODY "GW0221" Error "a form and a body in one request"
    "A request has one body. Parameters `in: formData` make it a form, parameters `in: body` make it JSON, text or the \
     bytes of a file, and it cannot be both. Look up which of them the API reads, and declare all parameters of the body \
     in that way."

    MISPLACED_FILE "GW0222" Error "a file stands where no file can be sent"
    "A parameter of type `file` is sent as bytes: as a part of a form (`in: formData`), or as the whole body where it is \
     the only parameter `in: body`. A path, a query, a header, a cookie or a field of a JSON body carries text. A caller \
     of a route cannot put a file there either. Change the place, or use `type: string` if the API takes encoded text."

    UNKNOWN_GRANT "GW0231" Error "the grant type cannot be used by a gateway"
    "A gateway gets its access tokens with the client credentials grant of OAuth 2.0: it is a program that calls the API \
     in its own name. The other grants need a user at a browser, or a user's password. Leave `grantType` out, or write \
     `client_credentials`, and register the client for this grant at the authorization server. Where the API knows \
     users only, use `bearer` with a token of a service account."

    INVALID_TOKEN_ENDPOINT "GW0232" Error "the token endpoint is not valid"
    "`tokenEndpoint` must be an absolute `https` or `http` URI with a host, such as \
     `https://auth.example.com/oauth/token`. It may contain variables. It must not contain a fragment, a user name or a \
     password: the client's credentials belong in `clientId` and `clientSecret`."

    PLAIN_TOKEN_ENDPOINT "GW0233" Warning "the token endpoint is called without encryption"
    "The client's identifier and secret are sent to the token endpoint, and the access token comes back from it. Over \
     plain HTTP to another machine everyone on the way can read them. Because the file says `http://` the gateway does \
     so all the same; an endpoint that is a variable must be `https`, or on this machine, when the gateway starts."

    INVALID_BODY "GW0241" Error "a body cannot be read"
    "`body` spells out what an operation sends, with `{{name}}` where a value belongs. This one cannot be read by its \
     `type`: the JSON is not valid, a hole has no name, or a value would stand where it could change what is around \
     it. The message says which. In JSON a hole may stand in quotes or alone: `\"{{name}}\"` and `{{name}}` both take the \
     value with its own type."

    SECOND_BODY "GW0242" Error "a request would have two bodies"
    "The operation spells out its `body`, and declares a parameter that is the body or a part of it but has no place \
     in what is spelt out. Only one of the two can be sent. Write `{{name}}` where the value of the parameter belongs, \
     or remove the parameter or the `body`."
}
