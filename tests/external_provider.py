"""
A provider of Terraform that does what hashicorp/external documents, to run configurations offline.

Its data source runs a program, writes the query to its standard input as JSON, and takes an object
of strings from its standard output; any other status than 0 is an error. It needs the package `tf`.
"""

import json
import subprocess

from tf import schema, types
from tf.iface import DataSource, Provider
from tf.runner import run_provider

STRINGS = types.Map(types.String())


class External(DataSource):
    def __init__(self, provider):
        del provider

    @classmethod
    def get_name(cls):
        return "external"

    @classmethod
    def get_schema(cls):
        return schema.Schema(
            attributes=[
                schema.Attribute("program", types.List(types.String()), required=True),
                schema.Attribute("query", STRINGS, optional=True),
                schema.Attribute("result", STRINGS, computed=True),
            ]
        )

    def read(self, ctx, config):
        query = json.dumps({key: value or "" for key, value in (config["query"] or {}).items()})
        done = subprocess.run(config["program"], input=query, capture_output=True, text=True)
        if done.returncode:
            ctx.diagnostics.add_error("External Program Execution Failed", done.stderr)
            return None
        result = json.loads(done.stdout)
        if not all(isinstance(each, str) for each in result.values()):
            ctx.diagnostics.add_error("Unexpected External Program Results", done.stdout)
            return None
        return {**config, "result": result}


class Provide(Provider):
    def get_model_prefix(self):
        return ""

    def full_name(self):
        return "registry.terraform.io/hashicorp/external"

    def get_provider_schema(self, diags):
        del diags
        return schema.Schema()

    def validate_config(self, diags, config):
        """Nothing can be set."""

    def configure_provider(self, diags, config):
        """Nothing can be set."""

    def get_data_sources(self):
        return [External]

    def get_resources(self):
        return []


if __name__ == "__main__":
    run_provider(Provide())
