using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Tests.Upstream;

public sealed class EndpointRotationTests
{
    private readonly Clock _clock = new();
    private readonly EndpointRotation _rotation;

    public EndpointRotationTests() => _rotation = new EndpointRotation(Options.Create(new UpstreamOptions()), _clock);

    [Fact]
    public void Connections_go_round_all_endpoints_evenly()
    {
        var firsts = Enumerable.Range(0, 9).Select(_ => Order()[0]).ToList();

        Assert.Equal("abcabcabc", string.Concat(firsts));
    }

    [Fact]
    public void Every_order_has_every_endpoint()
    {
        Miss("b");

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal("abc", string.Concat(Order().Order())));
    }

    [Fact]
    public void The_round_is_the_backends_whatever_configuration_it_comes_from()
    {
        var orders = Enumerable.Range(0, 3).Select(_ => _rotation.Of(Usage() with { Path = "/other" })[0].HostToDial);

        Assert.Equal("abc", string.Concat(orders));
        Assert.Equal("a", _rotation.Of(Usage() with { Backend = "another" })[0].HostToDial);
    }

    [Fact]
    public void One_that_was_missed_comes_last_and_the_others_share_its_part()
    {
        Miss("b");

        var orders = Enumerable.Range(0, 4).Select(_ => Order()).ToList();

        Assert.Equal(["acb", "cab", "acb", "cab"], orders);
    }

    [Fact]
    public void After_the_pause_one_connection_tries_it_and_the_others_wait_for_that()
    {
        Miss("a");
        _clock.Now += TimeSpan.FromSeconds(10);

        var orders = Enumerable.Range(0, 4).Select(_ => Order()[0]).ToList();

        Assert.Single(orders, 'a');
    }

    [Fact]
    public void One_that_was_reached_again_is_one_of_them_at_once()
    {
        Miss("a");
        _rotation.Reached(Endpoint("a"));

        Assert.Equal("abc", string.Concat(Enumerable.Range(0, 3).Select(_ => Order()[0]).Order()));
    }

    [Fact]
    public void When_all_were_missed_all_are_tried()
    {
        Miss("a");
        Miss("b");
        Miss("c");

        Assert.Equal("abc", string.Concat(Order().Order()));
    }

    [Fact]
    public void A_backend_with_one_endpoint_has_nothing_to_remember()
    {
        var usage = new BackendUsage { Backend = "one", Path = "/", PrivateBaseUrl = new Uri("http://a") };
        _rotation.Missed(new BackendEndpoint(usage, usage.PrivateBaseUrl));

        Assert.Equal("a", Assert.Single(_rotation.Of(usage)).HostToDial);
    }

    [Theory]
    [InlineData(10, 1, 10)]
    [InlineData(10, 2, 5)]
    [InlineData(10, 16, 1)]
    [InlineData(0.5, 2, 0.5)]
    public void Each_endpoint_has_an_even_share_of_the_time_and_a_second_at_least(double total, int endpoints, double share) =>
        Assert.Equal(TimeSpan.FromSeconds(share), EndpointRotation.Share(TimeSpan.FromSeconds(total), endpoints));

    private string Order() => string.Concat(_rotation.Of(Usage()).Select(endpoint => endpoint.HostToDial));

    private void Miss(string host)
    {
        // Known by name from its first connection on.
        _rotation.Of(Usage());
        _rotation.Of(Usage());
        _rotation.Missed(Endpoint(host));
    }

    private static BackendEndpoint Endpoint(string host) => new(Usage(), new Uri($"http://{host}"));

    private static BackendUsage Usage() => new()
    {
        Backend = "many",
        Path = "/",
        PrivateBaseUrl = new Uri("http://a"),
        Endpoints = [new Uri("http://b"), new Uri("http://c")],
    };
}
