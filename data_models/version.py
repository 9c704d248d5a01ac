"""The version of the model. What is verified is verified for one version; raise it when a rule or a table changes."""

MODEL_VERSION = "1"
