package dev.sluice.harness.export;

import dev.sluice.scorers.PrerequisiteException;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how large a shard may be, in the words of transformers. */
public final class ShardSize {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)([KMGT])(i?)B");
  private static final BigDecimal LEAST = BigDecimal.valueOf(1000);
  private static final BigDecimal MOST = BigDecimal.valueOf(1L << 60);

  private ShardSize() {}

  /** Bytes of {@code 5GB} (powers of 1000) or {@code 5GiB} (powers of 1024). */
  public static long bytes(String text) {
    Matcher m = FORM.matcher(text);
    if (m.matches()) {
      BigDecimal unit = BigDecimal.valueOf(m.group(3).isEmpty() ? 1000 : 1024);
      BigDecimal size =
          new BigDecimal(m.group(1)).multiply(unit.pow("KMGT".indexOf(m.group(2)) + 1));
      if (size.compareTo(LEAST) >= 0 && size.compareTo(MOST) <= 0) {
        return size.longValue();
      }
    }
    throw new PrerequisiteException(
        "--max-shard-size '" + text + "': write a size such as 5GB, 500MB or 2GiB, at least 1KB");
  }
}
