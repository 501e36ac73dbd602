"""The API document: OpenAPI 3.1 from the declarations of the views, and its readable form."""
