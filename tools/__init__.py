"""Development code: checks, the demo and its servers. Never imported by the product."""
