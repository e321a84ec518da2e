package dev.sluice.harness.documents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A part of a list.
 *
 * @param nodes the caller's own
 * @param total of the whole list
 */
public record Page(List<ObjectNode> nodes, int total) {
  public Page {
    nodes = List.copyOf(nodes);
  }

  /** The part of so many from a place on, from 0. */
  static Page of(List<ObjectNode> all, int offset, int limit) {
    return new Page(
        all.stream().skip(offset).limit(limit).map(ObjectNode::deepCopy).toList(), all.size());
  }
}
