using Serverless.Contracts;
using Serverless.Relay.Routing;

namespace Serverless.Relay.Tests.Routing;

public sealed class BackendRoutesTests
{
    private static readonly BackendRoutes Routes = new([Usage("/"), Usage("/admin"), Usage("/admin/audit")]);

    [Theory]
    [InlineData("/", "/", "/")]
    [InlineData("/a/b", "/", "/a/b")]
    [InlineData("/admin", "/admin", "/")]
    [InlineData("/admin/", "/admin", "/")]
    [InlineData("/admin/users%2F1", "/admin", "/users%2F1")]
    [InlineData("/administrator", "/", "/administrator")]
    [InlineData("/admin/audit/log", "/admin/audit", "/log")]
    [InlineData("//admin", "/", "//admin")]
    public void The_longest_path_of_whole_segments_takes_the_request(string path, string mounted, string forwarded)
    {
        Assert.True(Routes.TryFind(path, out var usage, out var rest));

        Assert.Equal((mounted, forwarded), (usage.Path, rest));
    }

    [Fact]
    public void Without_a_backend_on_the_root_other_paths_lead_nowhere() =>
        Assert.False(new BackendRoutes([Usage("/admin")]).TryFind("/", out _, out _));

    private static BackendUsage Usage(string path) =>
        new() { Backend = "b", Path = path, PrivateBaseUrl = new Uri("http://private.test") };
}
