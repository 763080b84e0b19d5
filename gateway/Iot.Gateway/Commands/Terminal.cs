#pragma warning disable RS0030 // The one place that writes for a person at a terminal; the running gateway logs.

namespace Iot.Gateway.Commands;

/// <summary>What commands say: results on stdout, errors on stderr.</summary>
internal static class Terminal
{
    public static TextWriter Out => Console.Out;

    public static void Line(string text = "") => Console.Out.WriteLine(text);

    /// <summary>Bytes as they are, to stdout.</summary>
    public static async Task CopyAsync(Stream bytes, CancellationToken cancellation)
    {
        await using var output = Console.OpenStandardOutput();
        await bytes.CopyToAsync(output, cancellation);
    }

    /// <param name="text">What, where, what to do.</param>
    public static void Error(string text) => Console.Error.WriteLine($"iot-gateway: {text}");

    /// <summary>Rows under a head, each column as wide as its widest cell; numbers to the right.</summary>
    public static void Table(IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = head.Select((title, column) => rows.Select(row => row[column].Length).Append(title.Length).Max()).ToArray();
        foreach (var row in rows.Prepend(head))
            Line(string.Join("  ", row.Select((cell, column) => Pad(cell, widths[column], rows.All(r => IsNumber(r[column]))))).TrimEnd());
    }

    private static string Pad(string cell, int width, bool right) => right ? cell.PadLeft(width) : cell.PadRight(width);

    private static bool IsNumber(string cell) => cell.Length > 0 && cell.All(c => char.IsAsciiDigit(c) || c is '-' or '.' or ',');
}
