using System.Globalization;
using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>Options of a query, left out of the address where they are null.</summary>
internal static class QueryOptions
{
    public static void AppendQueryOption(this RequestUriBuilder address, string name, string value)
    {
        if (value is not null)
        {
            address.AppendQuery(name, value, escapeValue: true);
        }
    }

    public static void AppendQueryOption(this RequestUriBuilder address, string name, int? value) =>
        address.AppendQueryOption(name, value?.ToString(CultureInfo.InvariantCulture));

    public static void AppendQueryOption(this RequestUriBuilder address, string name, IEnumerable<string> values) =>
        address.AppendQueryOption(name, values is null ? null : string.Join(',', values));
}
