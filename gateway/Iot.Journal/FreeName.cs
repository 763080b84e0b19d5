namespace Iot.Journal;

/// <summary>Names for files set aside: nothing that was kept before is ever overwritten.</summary>
internal static class FreeName
{
    /// <summary><paramref name="path"/>, or with .2, .3 … appended when it is taken.</summary>
    public static string For(IDisk disk, string path)
    {
        var name = path;
        for (var i = 2; disk.Exists(name); i++) name = $"{path}.{i}";

        return name;
    }
}
