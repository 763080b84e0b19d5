namespace Iot.Fuzz;

/// <summary>The first byte of an input says how the rest is given to the reader.</summary>
internal static class FlaggedInput
{
    /// <summary>Right checksums are put in first. Without that, next to no changed input gets past the first one.</summary>
    public const byte Repair = 1;

    public static bool TryTake(byte[] input, out byte flags, out byte[] bytes)
    {
        (flags, bytes) = input.Length == 0 ? ((byte)0, []) : (input[0], input[1..]);
        return input.Length > 0;
    }
}
