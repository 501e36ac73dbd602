
[importlinter:contract:partners]
name = Partners adds the pure floor of a call
type = layers
containers = apps.partners
layers =
    (admin) | (tasks) | (management)
    (services)
    (selectors)
    (models)
    (transport) | (verifiers)
    (outcomes) | (capabilities) | (redaction)
    (errors) | (enums)
exhaustive = true
exhaustive_ignores =
    apps
    migrations
broken_contract_guidance =
    Partners holds what every adapter needs; a rail or a partner's name belongs to the app that calls it.
