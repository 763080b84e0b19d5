#pragma warning disable RS0030 // The one place that writes for a person at a terminal; the running gateway logs.

using System.Text;
using System.Text.Unicode;

namespace Iot.Gateway.Commands;

/// <summary>What commands say: results on stdout, errors on stderr.</summary>
internal static class Terminal
{
    public static TextWriter Out => Console.Out;

    public static void Line(string text = "") => Console.Out.WriteLine(text);

    /// <summary>A line of standard input; null at its end.</summary>
    public static async Task<string?> ReadLineAsync(CancellationToken cancellation) => await Console.In.ReadLineAsync(cancellation);

    /// <summary>Stdout for bytes.</summary>
    public static Stream OpenOutput() => Console.OpenStandardOutput();

    /// <summary>Somebody looks: what stands in a line may change.</summary>
    public static bool IsLive => !Console.IsOutputRedirected;

    /// <summary>Writes over the line written last by this; a <see cref="Line"/> without text goes on below it.</summary>
    public static void Overwrite(string text)
    {
        var width = Console.WindowWidth > 1 ? Console.WindowWidth - 1 : 79;
        Console.Out.Write($"\r{(text.Length > width ? text[..width] : text)}\e[K");
    }

    /// <summary>Bytes as they are, to stdout.</summary>
    public static async Task CopyAsync(Stream bytes, CancellationToken cancellation)
    {
        await using var output = Console.OpenStandardOutput();
        await bytes.CopyToAsync(output, cancellation);
    }

    /// <summary>Text as text; anything else as hexadecimal digits beside the letters, 16 bytes a line.</summary>
    public static void Bytes(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes) && !bytes.ContainsAnyInRange((byte)0, (byte)8))
        {
            Line(Encoding.UTF8.GetString(bytes));
            return;
        }

        for (var at = 0; at < bytes.Length; at += 16)
        {
            var row = bytes[at..Math.Min(at + 16, bytes.Length)];
            var letters = string.Concat(row.ToArray().Select(b => b is >= 32 and < 127 ? (char)b : '.'));
            Line($"{at:x6}  {Convert.ToHexStringLower(row),-32}  {letters}");
        }
    }

    /// <summary>How far it is, on one line of stderr that is written over; nothing when that is not a terminal. An empty text clears it.</summary>
    public static void Progress(string text)
    {
        if (!Console.IsErrorRedirected) Console.Error.Write($"\r{text}\x1b[K");
    }

    /// <summary>Beside a result that a script takes from stdout.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>A line of stdin or, at a terminal, what somebody types unseen. Null at its end.</summary>
    public static string? Secret(string prompt)
    {
        if (Console.IsInputRedirected) return Console.In.ReadLine();

        Console.Error.Write($"{prompt}: ");
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }

    /// <summary>Somebody types; nothing is fed to stdin.</summary>
    public static bool IsTyped => !Console.IsInputRedirected;

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
