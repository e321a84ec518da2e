package dev.sluice.harness.journal;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Copies of records with one component changed. */
final class Records {
  private Records() {}

  static <R extends Record> R with(R record, String component, Object value) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    boolean found = false;
    try {
      for (int i = 0; i < components.length; i++) {
        boolean here = components[i].getName().equals(component);
        values[i] = here ? value : components[i].getAccessor().invoke(record);
        found |= here;
      }
      if (!found) {
        throw new IllegalArgumentException(component + ": no component of " + record.getClass());
      }
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      @SuppressWarnings("unchecked") // a record's constructor makes that record
      R copy = (R) record.getClass().getDeclaredConstructor(types).newInstance(values);
      return copy;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
