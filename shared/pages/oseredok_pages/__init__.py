"""What the services' pages for people are made of. Knows no service and no plumbing.

Pages are whole without scripts: the browser gets text, links, forms and one stylesheet, and the content security policy
lets it have nothing else.
"""
