"""A llama whose blocks may lack attention or FFN, in the layout of Nemotron-NAS. Written by Sluice."""

import torch
from torch import nn
from transformers import LlamaForCausalLM

from .configuration_decilm import DeciLMConfig


class _NoAttention(nn.Module):
    def forward(self, hidden_states, *args, **kwargs):
        # Versions of transformers differ in how many results a block takes apart.
        return (torch.zeros_like(hidden_states), None)


class _NoFeedForward(nn.Module):
    def forward(self, hidden_states):
        return torch.zeros_like(hidden_states)


class DeciLMForCausalLM(LlamaForCausalLM):
    config_class = DeciLMConfig

    def __init__(self, config):
        super().__init__(config)
        cached = 0
        for layer, block in zip(self.model.layers, config.block_configs):
            if block.attention.no_op:
                layer.input_layernorm = nn.Identity()
                layer.self_attn = _NoAttention()
            else:
                # Keys and values are counted without gaps: how long the cache is, is read off its first.
                layer.self_attn.layer_idx = cached
                cached += 1
                if getattr(config, "qkv_bias", False):
                    for name in ("q_proj", "k_proj", "v_proj"):
                        plain = getattr(layer.self_attn, name)
                        setattr(layer.self_attn, name, nn.Linear(plain.in_features, plain.out_features))
            if block.ffn.no_op:
                layer.post_attention_layernorm = nn.Identity()
                layer.mlp = _NoFeedForward()
        self.post_init()
