"""The console: one site and its words."""

UNFOLD = {
    "SITE_TITLE": "Strongroom",
    "SITE_HEADER": "Strongroom",
    "SITE_URL": None,
    # The palette would send what is typed as an address and keep it; the console's search posts instead.
    "COMMAND": {"search_models": False, "show_history": False},
}
