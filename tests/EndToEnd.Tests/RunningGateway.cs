namespace Serverless.EndToEnd.Tests;

/// <summary>One gateway with an echo product, shared by the tests that only talk through it.</summary>
public sealed class RunningGateway : IAsyncLifetime
{
    internal GatewayProcesses Processes { get; private set; } = null!;

    internal EchoProduct Echo { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Processes = await GatewayProcesses.StartAsync();
        Echo = await EchoProduct.CreateAsync(Processes, "echo");
    }

    public async Task DisposeAsync() => await Processes.DisposeAsync();
}
