package dev.sluice.benchmarks.task.text;

import java.util.HashSet;
import java.util.Set;

/**
 * Python's {@code random.Random(seed)}: the Mersenne Twister MT19937 and the methods drawn from it,
 * number for number. Not safe for use by several threads at once.
 */
public final class PythonRandom {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7fffffff;
  private static final int TWIST = 0x9908b0df;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  /**
   * @param seed as Python takes it: the sign does not count
   */
  public PythonRandom(long seed) {
    long magnitude = Math.abs(seed);
    int high = (int) (magnitude >>> 32);
    initialise(high == 0 ? new int[] {(int) magnitude} : new int[] {(int) magnitude, high});
  }

  private void initialise(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  private void initialise(int[] key) {
    initialise(19650218);
    int i = 1;
    int j = 0;
    for (int k = Math.max(SIZE, key.length); k > 0; k--) {
      state[i] = (state[i] ^ (mixed(i) * 1664525)) + key[j] + j;
      i = following(i);
      j = (j + 1) % key.length;
    }
    for (int k = SIZE - 1; k > 0; k--) {
      state[i] = (state[i] ^ (mixed(i) * 1566083941)) - i;
      i = following(i);
    }
    state[0] = UPPER;
  }

  private int mixed(int i) {
    return state[i - 1] ^ (state[i - 1] >>> 30);
  }

  private int following(int i) {
    if (i + 1 < SIZE) {
      return i + 1;
    }
    state[0] = state[SIZE - 1];
    return 1;
  }

  /**
   * Random bits as an unsigned number.
   *
   * @param bits how many, from 1 to 32
   */
  public long getrandbits(int bits) {
    if (bits < 1 || bits > 32) {
      throw new IllegalArgumentException("bits " + bits + ": must be from 1 to 32");
    }
    return Integer.toUnsignedLong(word() >>> (32 - bits));
  }

  /** A number from 0 inclusive to 1 exclusive, of 53 random bits. */
  public double random() {
    long high = getrandbits(27);
    long low = getrandbits(26);
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  /**
   * A number from 0 inclusive to a bound exclusive.
   *
   * @param bound at least 1
   */
  public int randbelow(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound " + bound + ": must be at least 1");
    }
    int bits = 32 - Integer.numberOfLeadingZeros(bound);
    long drawn = getrandbits(bits);
    while (drawn >= bound) {
      drawn = getrandbits(bits);
    }
    return (int) drawn;
  }

  /**
   * Different numbers below a size, in the order in which they were drawn: {@code
   * sample(range(size), count)}.
   *
   * @param count from 0 to the size
   */
  public int[] sample(int size, int count) {
    if (count < 0 || count > size) {
      throw new IllegalArgumentException("count " + count + ": must be from 0 to " + size);
    }
    return size <= poolLimit(count) ? fromPool(size, count) : byRejection(size, count);
  }

  /** Up to this size Python keeps a list of what is left, above it a set of what was drawn. */
  private static long poolLimit(int count) {
    long limit = 21;
    if (count > 5) {
      limit += 1L << (2 * (int) Math.ceil(Math.log(3.0 * count) / Math.log(4)));
    }
    return limit;
  }

  private int[] fromPool(int size, int count) {
    int[] pool = new int[size];
    for (int i = 0; i < size; i++) {
      pool[i] = i;
    }
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      int j = randbelow(size - i);
      drawn[i] = pool[j];
      pool[j] = pool[size - i - 1];
    }
    return drawn;
  }

  private int[] byRejection(int size, int count) {
    Set<Integer> seen = new HashSet<>();
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      int j = randbelow(size);
      while (!seen.add(j)) {
        j = randbelow(size);
      }
      drawn[i] = j;
    }
    return drawn;
  }

  /** Numbers below a size, repeats allowed: {@code choices(range(size), k=count)}. */
  public int[] choices(int size, int count) {
    if (size < 1) {
      throw new IllegalArgumentException("size " + size + ": must be at least 1");
    }
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      drawn[i] = (int) Math.floor(random() * size);
    }
    return drawn;
  }

  private int word() {
    if (next == SIZE) {
      twist();
      next = 0;
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void twist() {
    for (int i = 0; i < SIZE; i++) {
      int y = (state[i] & UPPER) | (state[(i + 1) % SIZE] & LOWER);
      state[i] = state[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : TWIST);
    }
  }
}
