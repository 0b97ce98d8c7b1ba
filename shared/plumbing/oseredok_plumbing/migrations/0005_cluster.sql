-- In which Kafka cluster an offset counts (its id); unknown where it was set before this column came.
ALTER TABLE offsets ADD COLUMN cluster text;
