using Iot.Testing;

namespace Iot.Architecture.Tests;

/// <summary>The programs in their own folders: in the tests' folder the assemblies of both are mixed.</summary>
internal static class BuiltProgram
{
    public static string Path(string project, string program)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory); // …/bin/Release/net10.0
        return System.IO.Path.Combine(RepositoryRoot.Path, project, "bin", framework.Parent!.Name, framework.Name, program);
    }
}
