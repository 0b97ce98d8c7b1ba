"""How a message is written: words, templates, invitations to calendars, and the mail itself."""
