namespace Iot.Testing;

/// <summary>The folder of Iot.sln, found upwards from the running test.</summary>
public static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "Iot.sln"))) return directory.FullName;

        throw new DirectoryNotFoundException($"No Iot.sln above {AppContext.BaseDirectory}.");
    }
}
