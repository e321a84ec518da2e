"""Config of a llama whose blocks may lack attention or FFN, in the layout of Nemotron-NAS. Written by Sluice."""

from transformers import LlamaConfig


class _Entry(dict):
    """A JSON object whose members are attributes, too: engines ask for block.attention.no_op."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def _entry(value):
    return _Entry({k: _entry(v) for k, v in value.items()}) if isinstance(value, dict) else value


class DeciLMConfig(LlamaConfig):
    model_type = "nemotron-nas"

    def __init__(self, block_configs=None, **kwargs):
        super().__init__(**kwargs)
        self.block_configs = [_entry(b) for b in block_configs or []]
