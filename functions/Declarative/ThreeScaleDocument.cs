using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Finds the services in what 3scale gives: the gateway's own configuration, <c>{"services": […], "oidc": […]}</c>; a list of
/// the portal, <c>{"proxy_configs": [{"proxy_config": {"content": …}}]}</c>; or one of its elements.
/// </summary>
internal static class ThreeScaleDocument
{
    // For each of them storage is read, and then written to.
    private const int MostServices = 500;

    public static IReadOnlyList<(Section Service, Section? Oidc)> Find(SourceDocument document, Errors errors)
    {
        var root = new Section(document.Root, "");
        if (!root.IsObject)
        {
            errors.Add("", "wrong_type", "The document needs to be an object.");
            return [];
        }

        var oidc = root.List("oidc", errors) ?? [];
        var found = root.List("services", errors)?
            .Select((service, index) => (service, index < oidc.Count ? oidc[index] : (Section?)null))
            ?? root.List("proxy_configs", errors)?.Select(item => (Content(item), (Section?)null))
            ?? (root.Member("proxy_config") is null ? null : [(Content(root), null)]);
        if (found is null)
        {
            errors.Add(
                "/services",
                "required",
                "It needs services, as 3scale's gateway has them, or proxy_configs, as its portal gives them.");
            return [];
        }

        var services = found.ToList();
        if (services.Count > MostServices)
        {
            errors.Add("", "too_many", $"A document may have {MostServices} services and has {services.Count}: send them in parts.");
            return [];
        }

        foreach (var (service, _) in services.Where(one => !one.Item1.IsObject))
        {
            errors.Add(service.At, "wrong_type", "A service needs to be an object.");
        }

        foreach (var (service, _) in services.Where(one => one.Item1.Member("proxy") is { IsObject: false }))
        {
            errors.Add(service.At + "/proxy", "wrong_type", "It needs to be an object.");
        }

        return services;
    }

    private static Section Content(Section item)
    {
        var config = item.Member("proxy_config") ?? item;
        return config.Member("content") ?? config;
    }
}
