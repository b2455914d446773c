using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Relay.Authorization;
using Serverless.Relay.Observability;
using Serverless.Relay.Sessions;
using Serverless.Relay.Tunnel;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Tests.Upstream;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Relay:Tunnel:CloseTimeout", "00:00:00")]
    [InlineData("Relay:Tunnel:LingerTimeout", "01:00:00")]
    [InlineData("Relay:Sessions:DrainTimeout", "-00:00:01")]
    [InlineData("Relay:Sessions:DrainSpread", "00:00:21")]
    [InlineData("Relay:Sessions:RecordInterval", "00:00:00.9990000")]
    [InlineData("Relay:Upstream:ConnectTimeout", "1.00:00:00")]
    [InlineData("Relay:Upstream:HandshakeTimeout", "00:00:00.001")]
    [InlineData("Relay:Upstream:ResponseTimeout", "00:00:00")]
    [InlineData("Relay:Upstream:EndpointPause", "01:00:00")]
    [InlineData("Relay:Authorization:ClockSkew", "01:00:00")]
    [InlineData("Relay:Authorization:IssuerTimeout", "00:00:00")]
    [InlineData("Relay:Authorization:IssuerRefresh", "2.00:00:00")]
    [InlineData("Relay:Authorization:IssuerPause", "00:00:00")]
    public void A_value_out_of_bounds_stops_the_start_and_is_named(string key, string value)
    {
        var e = Assert.Throws<OptionsValidationException>(() => Start(key, value));

        var got = TimeSpan.Parse(value, CultureInfo.InvariantCulture);
        Assert.StartsWith($"{key} is {got}: it needs ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Relay:Tunnel:CloseTimeout", "00:00:02")]
    [InlineData("Relay:Sessions:DrainTimeout", "00:00:00")]
    [InlineData("Relay:Sessions:DrainSpread", "00:00:20")]
    [InlineData("Relay:Sessions:RecordInterval", "00:00:00")]
    [InlineData("Relay:Upstream:ConnectTimeout", "00:00:03")]
    [InlineData("Relay:Upstream:EndpointPause", "00:00:00")]
    public void A_value_within_bounds_does_not(string key, string value)
    {
        Start(key, value);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1000001")]
    public void A_drain_rate_out_of_bounds_stops_the_start_and_is_named(string value)
    {
        var e = Assert.Throws<OptionsValidationException>(() => Start("Relay:Sessions:DrainRate", value));

        Assert.Equal($"Relay:Sessions:DrainRate is {value}: it needs 1 to 1000000 sessions a second.", e.Message);
    }

    [Fact]
    public void A_client_certificate_that_cannot_be_read_stops_the_start_and_is_named()
    {
        var e = Assert.Throws<OptionsValidationException>(
            () => Start("Relay:Upstream:ClientCertificates:inner:CertificatePath", "/nowhere/cert.pem"));

        Assert.StartsWith(
            "Relay:Upstream:ClientCertificates:inner:CertificatePath is '/nowhere/cert.pem', KeyPath '': they need ",
            e.Message,
            StringComparison.Ordinal);
    }

    private static void Start(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddObservability()
            .AddTunnel()
            .AddUpstream()
            .AddSessions()
            .AddKeyAuthorization()
            .BuildServiceProvider(validateScopes: true);

        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.NotNull(services.GetRequiredService<OpenSessions>());
        Assert.NotNull(services.GetRequiredService<UpstreamDialer>());
        Assert.NotNull(services.GetRequiredService<HttpForwarder>());
    }
}
