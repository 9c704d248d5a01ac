"""The pages: templates without data. The script in `monitor/frontend` fills them from the JSON interface."""
