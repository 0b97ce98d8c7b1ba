"""What OpenAPI 3.1 documents say of a service beyond what FastAPI finds by itself: `app` of every route, `intake` of
the door for events.
"""
