namespace Iot.Fuzz;

/// <summary>What a target asserts.</summary>
internal static class Promise
{
    public static void Holds(bool holds, string what)
    {
        if (!holds) throw new BrokenPromiseException(what);
    }

    public static void Same<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new BrokenPromiseException($"{what}: expected {expected}, was {actual}");
    }
}

/// <summary>The input shows a bug: keep it under Regressions and fix the reader.</summary>
internal sealed class BrokenPromiseException(string what) : Exception(what);
