
[importlinter:contract:workflow]
name = Workflow adds one module, the command registry
type = layers
containers = apps.workflow
layers =
    (admin) | (tasks) | (receivers) | (management)
    (services)
    (rules)
    (selectors)
    (models)
    (commands)
    (errors) | (enums)
exhaustive = true
exhaustive_ignores =
    apps
    migrations
broken_contract_guidance =
    Workflow knows how people work, whatever the subject; the subject's rule belongs to its own app.
