using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Iot.Gateway.Dashboard.Pages;

/// <summary>Renders a Razor component to HTML. No circuit, no socket: what moves on a page is a small module in wwwroot.</summary>
internal sealed class Page(ILoggerFactory loggers)
{
    public IResult Of<T>(int status = StatusCodes.Status200OK, params ReadOnlySpan<(string Name, object? Value)> parameters) where T : IComponent
    {
        var named = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in parameters) named[name] = value;
        return new Rendered(loggers, typeof(T), named, status);
    }

    private sealed class Rendered(ILoggerFactory loggers, Type component, Dictionary<string, object?> parameters, int status) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => status;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.RequestServices.GetRequiredService<PageVisit>().Begin(httpContext);
            await using var renderer = new HtmlRenderer(httpContext.RequestServices, loggers);
            var html = await renderer.Dispatcher.InvokeAsync(async () =>
                (await renderer.RenderComponentAsync(component, ParameterView.FromDictionary(parameters))).ToHtmlString());
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "text/html; charset=utf-8";
            await httpContext.Response.WriteAsync("<!DOCTYPE html>\n" + html, httpContext.RequestAborted);
        }
    }
}
