"""The demo's company: people with histories, made by the product's own services."""
