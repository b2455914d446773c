using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Crashes;

/// <summary>Two apps on one storage: one that a fuse may cut off from it, as if its process ended, and one that goes on.</summary>
public abstract class CutOffTests : IAsyncLifetime
{
    private protected Fuse Fuse { get; } = new();

    private protected FunctionsApp Victim { get; private set; } = null!;

    private protected FunctionsApp Healthy { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Victim = await FunctionsApp.StartAsync(services: Fuse.Protect);
        Victim.ExpectsErrors = true;
        Healthy = await Victim.RestartAsync();
    }

    public async Task DisposeAsync()
    {
        await Healthy.DisposeAsync();
        await Victim.DisposeAsync();
    }
}
