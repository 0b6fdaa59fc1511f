//! GW04xx: `binds`, the variables and where their values come from.

codes! {
    UNBOUND_VARIABLE "GW0401" Warning "a variable is bound nowhere"
    "A variable is used, but no entry of `binds` says where its value comes from. It is read from the environment under \
     its own name when the gateway starts, and is required there. Add it to `binds`, so that the file says what it \
     needs, or correct the name if it is a slip."

    UNUSED_VARIABLE "GW0402" Warning "a variable is never used"
    "An entry of `binds` names a variable that occurs nowhere in the capability, so the gateway does not ask for it at \
     start. Often the `authentication` that should use it is missing. Use it, or remove the entry."

    DUPLICATE_VARIABLE "GW0403" Error "a variable is bound twice"
    "Two entries of `binds` give the same variable different sources. A variable without a namespace in front would \
     mean either, so it is not decidable which value is used, and it may be a secret. Both places are shown. Rename \
     one of them, or remove it."

    SETTING_CLASH "GW0404" Error "a setting cannot have its name"
    "Settings are named after variables and namespaces, and each is a flag and an environment variable of the gateway. Two \
     of them, or one of them and a setting that every gateway has, come to the same name, or the name is none that an \
     environment variable and a flag can have. A value could not be \
     given to one without the other. Rename the source key of the variable, or the namespace."
}
