using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Iot.Gateway.Dashboard.Install;

/// <summary><c>GET /install.sh</c> and <c>/install/…</c>: open to strangers, since a device has nothing to show before it is set up; nothing here is secret.</summary>
internal static class InstallEndpoints
{
    private const string Text = "text/plain; charset=utf-8";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var install = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        install.MapGet("/install.sh", Script);
        install.MapGet($"/install/{InstallPackages.ListName}", ([FromServices] InstallPackages packages) => Answer(packages, Listed));
        install.MapGet("/install/{name}", (string name, [FromServices] InstallPackages packages) => Answer(packages, listed => File(name, listed)));
    }

    private static FileContentHttpResult Script() => TypedResults.Bytes(InstallScript.Content, "text/x-shellscript; charset=utf-8", entityTag: Tag(InstallScript.Hash));

    private static ContentHttpResult Listed(IReadOnlyList<InstallPackage> packages) =>
        TypedResults.Text(string.Concat(packages.Select(package => $"{package.Hash}  {package.Name}\n")), Text);

    private static IResult File(string name, IReadOnlyList<InstallPackage> packages) =>
        packages.FirstOrDefault(package => package.Name.Equals(name, StringComparison.Ordinal)) is { } package && System.IO.File.Exists(package.Path)
            ? TypedResults.PhysicalFile(Path.GetFullPath(package.Path), "application/octet-stream", package.Name, entityTag: Tag(package.Hash), enableRangeProcessing: true)
            : Problem.NotFound($"There is no package '{name}' here. /install/{InstallPackages.ListName} lists those that are.");

    private static IResult Answer(InstallPackages packages, Func<IReadOnlyList<InstallPackage>, IResult> answer)
    {
        if (packages.WhyNone is { } why) return Problem.NotFound(why);

        try
        {
            return answer(packages.List());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Problem.Unavailable(e.Message);
        }
    }

    private static EntityTagHeaderValue Tag(string hash) => new($"\"{hash}\"");
}
