"""The demo: every server and process of Strongroom on one machine, from nothing, with data kept in one folder."""
