#pragma warning disable CA1416 // modes of files: the tests run on Linux

using Iot.Testing;

namespace Iot.Gateway.Tests.Commands;

public sealed class DataDirectoryTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_is_made_for_the_gateways_user_alone()
    {
        DataDirectory.Make(_directory["data"]);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_directory["data"]));
        Assert.False(DataDirectory.IsOpenToOthers(_directory["data"]));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherRead)]
    public void One_that_is_there_keeps_its_mode_and_is_seen_to_be_open(UnixFileMode more)
    {
        Directory.CreateDirectory(_directory["data"], OwnerOnly | more);
        File.SetUnixFileMode(_directory["data"], OwnerOnly | more);

        DataDirectory.Make(_directory["data"]);

        Assert.Equal(OwnerOnly | more, File.GetUnixFileMode(_directory["data"]));
        Assert.True(DataDirectory.IsOpenToOthers(_directory["data"]));
    }
}
