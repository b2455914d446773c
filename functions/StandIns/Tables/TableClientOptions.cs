using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>Retries, transport, diagnostics (all from Azure.Core) and version of the service.</summary>
public class TableClientOptions : ClientOptions
{
    public TableClientOptions(ServiceVersion serviceVersion = ServiceVersion.V2020_12_06)
    {
        VersionString = serviceVersion switch
        {
            ServiceVersion.V2019_02_02 => "2019-02-02",
            ServiceVersion.V2020_12_06 => "2020-12-06",
            _ => throw new ArgumentOutOfRangeException(nameof(serviceVersion)),
        };

        // Not $filter: it holds values of rows, which are not ours to log.
        Diagnostics.LoggedHeaderNames.Add("DataServiceVersion");
        foreach (var parameter in new[] { "$format", "$top", "$select" })
        {
            Diagnostics.LoggedQueryParameters.Add(parameter);
        }
    }

    /// <summary>Versions of the REST API.</summary>
    public enum ServiceVersion
    {
        V2019_02_02 = 1,
        V2020_12_06 = 2,
    }

    /// <summary>Whom tokens are asked for. Defaults to the public cloud.</summary>
    public TableAudience? Audience { get; set; }

    internal string VersionString { get; }
}
