using Azure.Core.Pipeline;

namespace Azure.Data.Tables;

/// <summary>For addresses that carry their signature with them.</summary>
internal sealed class NoAuthenticationPolicy : HttpPipelineSynchronousPolicy;
