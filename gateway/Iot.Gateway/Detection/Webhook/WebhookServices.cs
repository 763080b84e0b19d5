namespace Iot.Gateway.Detection.Webhook;

internal static class WebhookServices
{
    /// <summary>No redirects, no cookies, no proxy; a new connection every 5 minutes, so that DNS is asked again.</summary>
    public static void AddWebhook(this IServiceCollection services)
    {
        services.AddSingleton<WebhookQueue>();
        services.AddHttpClient(WebhookSender.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                MaxConnectionsPerServer = 1,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                ActivityHeadersPropagator = null,
            });
        services.AddHostedService<WebhookSender>();
    }
}
