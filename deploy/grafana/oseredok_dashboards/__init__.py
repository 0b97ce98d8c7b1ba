"""Grafana's dashboards as tables of panels; what is committed as JSON is made of them, by `python -m`."""
