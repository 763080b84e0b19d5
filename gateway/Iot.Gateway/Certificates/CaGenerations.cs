using System.Globalization;
using Iot.Journal;

namespace Iot.Gateway.Certificates;

/// <summary>Which of the gateway's own CAs is in force, and which one before it is still trusted.</summary>
/// <remarks>
/// The first lies in the directory itself, the second in <c>2/</c>, and so on. The file <c>generation</c> holds one number or two: the one in force, and the one before.
/// A change is the renaming of that file, so there is no half of one.
/// </remarks>
internal sealed class CaGenerations(string directory, TimeProvider clock, IDisk disk)
{
    private string Pointer => Path.Combine(directory, "generation");

    /// <exception cref="CaException">The file is not as it was written.</exception>
    public (int Current, int? Previous) Read()
    {
        if (!disk.Exists(Pointer)) return (1, null);

        var words = File.ReadAllText(Pointer).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        int[] numbers = [.. words.Select(Parse)];
        return numbers switch
        {
            [> 0 and var current] => (current, null),
            [> 0 and var current, > 0 and var previous] when previous < current => (current, previous),
            _ => throw new CaException(Pointer, "it must hold the number of the CA in force and perhaps that of the one before, such as '2 1'", "Put it back from a copy."),
        };
    }

    public void Write(int current, int? previous) => SecretFile.Write(disk, Pointer, string.Create(CultureInfo.InvariantCulture, $"{current} {previous}").TrimEnd() + "\n");

    public string DirectoryOf(int generation) =>
        generation == 1 ? directory : Path.Combine(directory, generation.ToString(CultureInfo.InvariantCulture));

    public CaFiles FilesOf(int generation) => new(DirectoryOf(generation), clock, disk);

    private static int Parse(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
