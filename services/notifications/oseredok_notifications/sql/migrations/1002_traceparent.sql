-- Where the handling of the fact stands that a message tells of, as W3C Trace Context writes it; null where nobody traces.
ALTER TABLE deliveries ADD COLUMN traceparent text CHECK (length(traceparent) = 55);
