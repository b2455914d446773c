namespace Serverless.Functions.Hosting;

/// <summary>
/// Asks the functions that run in the same container whether they are well: the image has no other program that could. The
/// exit code says it, 0 or 1.
/// </summary>
internal static class HealthCheck
{
    private const string Switch = "--health";
    private const string DefaultPort = "7071";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>All that the process is to do, when the arguments ask for that: else null.</summary>
    public static Task<int>? RunIfAskedAsync(string[] args) => args is [Switch] ? RunAsync() : null;

    private static async Task<int> RunAsync()
    {
        var port = Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS") ?? DefaultPort;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/api/health"));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return 1;
        }
    }
}
