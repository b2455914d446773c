namespace Serverless.Relay.Observability;

/// <summary>
/// Asks the relay that runs in the same container whether it lives: the image has no other program that could. The exit code
/// says it, 0 or 1.
/// </summary>
internal static class HealthCheck
{
    private const string Switch = "--health";
    private const string DefaultPort = "9090";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>All that the process is to do, when the arguments ask for that: else null.</summary>
    public static Task? RunIfAskedAsync(string[] args) => args is [Switch] ? RunAsync() : null;

    private static async Task RunAsync()
    {
        var port = Environment.GetEnvironmentVariable("Relay__Listen__ManagementPort") ?? DefaultPort;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/live"));
            Environment.ExitCode = answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            Environment.ExitCode = 1;
        }
    }
}
