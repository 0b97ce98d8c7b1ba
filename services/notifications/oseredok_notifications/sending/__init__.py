"""The loops: what is due is made into messages, messages are sent."""
